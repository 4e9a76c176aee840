//! The real terminal: taken over, and given back whatever happens.

use std::io::{self, IsTerminal, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::theme::{Scheme, Theme};

/// Whether the terminal is the console's. It is given back once: leaving the alternate screen again
/// would put the cursor back to where it was before, over what was said since.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the terminal hung up: somebody closed its window, or the connection to it broke.
pub fn has_gone() -> bool {
    !io::stdin().is_terminal()
}

/// Standard output, as long as anybody is there to see it. What is written to a terminal that has
/// gone is lost without a complaint: whoever complains about it would write there too.
#[derive(Debug)]
pub struct Out(Stdout);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(_) if has_gone() => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(_) if has_gone() => Ok(()),
            flushed => flushed,
        }
    }
}

/// The terminal while the console has it; dropping gives it back.
#[derive(Debug)]
pub struct Screen {
    /// What is drawn on.
    pub terminal: Terminal<CrosstermBackend<Out>>,
    /// Whether it tells of the mouse.
    mouse: bool,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When standard output is no terminal, or it does not answer.
    pub fn take(mouse: bool, panic_is_error: fn() -> bool) -> io::Result<Self> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::other(
                "the console needs a terminal; for scripts there are `deedbox check`, `what-can`, `export` and others",
            ));
        }
        restore_on_panic(panic_is_error);
        enter(mouse)?;
        let terminal = Terminal::new(CrosstermBackend::new(Out(io::stdout())))?;
        Ok(Self { terminal, mouse })
    }

    /// Gives the terminal to the shell until the process is continued.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        enter(self.mouse)?;
        // A new terminal draws everything; asking the old one where its cursor is would wait for an
        // answer that the thread reading keys takes away.
        execute!(io::stdout(), Clear(ClearType::All))?;
        self.terminal = Terminal::new(CrosstermBackend::new(Out(io::stdout())))?;
        Ok(())
    }

    /// Has the terminal tell of the mouse, or keep it for selecting text.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub fn listen_to_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }

    /// Puts text on the terminal's clipboard (OSC 52).
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub fn copy(text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        write!(out, "\x1b]52;c;{}\x07", base64(text.as_bytes()))?;
        out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn enter(mouse: bool) -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )?;
    if mouse {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back, where it was taken. Failing to is not worth failing for.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = execute!(
        io::stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = disable_raw_mode();
}

/// A panic must be readable: the terminal is given back before anything is printed.
fn restore_on_panic(is_error: fn() -> bool) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if super::worker::catches(info) {
                return;
            }
            if !is_error() {
                restore();
            }
            print(info);
        }));
    });
}

/// Looks as the environment asks for: `NO_COLOR`, and ASCII where the locale is not UTF-8.
pub fn theme_from_environment() -> Theme {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let locale = set("LC_ALL")
        .or_else(|| set("LC_CTYPE"))
        .or_else(|| set("LANG"));
    let utf8 = locale.is_none_or(|l| {
        let l = l.to_lowercase();
        l.contains("utf-8") || l.contains("utf8")
    });
    let scheme = if set("NO_COLOR").is_some() {
        Scheme::None
    } else {
        Scheme::Dark
    };
    Theme {
        scheme,
        ascii: !utf8,
        accessible: false,
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place > chunk.len() {
                out.push('=');
                continue;
            }
            let index = (word >> (18 - 6 * place)) & 63;
            out.push(ALPHABET.get(index as usize).map_or('=', |b| char::from(*b)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_pads() {
        assert_eq!(super::base64(b""), "");
        assert_eq!(super::base64(b"a"), "YQ==");
        assert_eq!(super::base64(b"ab"), "YWI=");
        assert_eq!(super::base64(b"abc"), "YWJj");
    }
}
