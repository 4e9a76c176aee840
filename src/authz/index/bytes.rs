//! Numbers in bytes, for what a compiled snapshot is written down as: seven bits a byte, the low
//! ones first, small numbers short.

/// The bit that says that more follows.
const MORE: u8 = 0x80;

/// Appends a number.
pub fn put(bytes: &mut Vec<u8>, number: u32) {
    let mut rest = number;
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | MORE);
    }
}

/// Appends a length; `None` when it is no number of ours.
pub fn put_length(bytes: &mut Vec<u8>, length: usize) -> Option<()> {
    put(bytes, u32::try_from(length).ok()?);
    Some(())
}

/// Takes a byte from the front.
#[inline]
pub fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

/// Takes a number from the front.
#[inline]
pub fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = take_byte(bytes)?;
        number |= u32::from(byte & !MORE).checked_shl(shift)?;
        if byte & MORE == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_being_written() {
        let numbers = (0..32).flat_map(|n| [1u32 << n, (1u32 << n) - 1, u32::MAX >> n]);
        let numbers: Vec<u32> = numbers.collect();
        let mut bytes = Vec::new();
        for number in &numbers {
            put(&mut bytes, *number);
        }
        let mut rest = bytes.as_slice();
        let read: Option<Vec<u32>> = numbers.iter().map(|_| take(&mut rest)).collect();
        assert_eq!(read, Some(numbers));
        assert_eq!(take(&mut rest), None);
        assert_eq!(take(&mut &[MORE; 9][..]), None);
    }
}
