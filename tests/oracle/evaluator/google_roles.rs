//! The role tables of Google AI Platform, as literals.

/// Edition `documented`: seven predefined and three basic roles.
pub const DOCUMENTED: &[(&str, &str)] = &[
    (
        "roles/editor",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.setIamPolicy ml.models.create ml.models.delete ml.models.get \
         ml.models.getIamPolicy ml.models.list ml.models.predict ml.models.setIamPolicy \
         ml.models.update ml.operations.cancel ml.operations.get ml.operations.list \
         ml.projects.getConfig ml.versions.create ml.versions.delete ml.versions.get \
         ml.versions.list ml.versions.predict resourcemanager.projects.get",
    ),
    (
        "roles/ml.admin",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.setIamPolicy ml.models.create ml.models.delete ml.models.get \
         ml.models.getIamPolicy ml.models.list ml.models.predict ml.models.setIamPolicy \
         ml.models.update ml.operations.cancel ml.operations.get ml.operations.list \
         ml.projects.getConfig ml.versions.create ml.versions.delete ml.versions.get \
         ml.versions.list ml.versions.predict resourcemanager.projects.get",
    ),
    (
        "roles/ml.developer",
        "ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list ml.models.create \
         ml.models.get ml.models.getIamPolicy ml.models.list ml.models.predict ml.operations.get \
         ml.operations.list ml.projects.getConfig ml.versions.get ml.versions.list \
         ml.versions.predict resourcemanager.projects.get",
    ),
    (
        "roles/ml.jobOwner",
        "ml.jobs.cancel ml.jobs.get ml.jobs.getIamPolicy",
    ),
    (
        "roles/ml.modelOwner",
        "ml.models.delete ml.models.get ml.models.getIamPolicy ml.models.predict \
         ml.models.setIamPolicy ml.models.update ml.versions.create ml.versions.delete \
         ml.versions.get ml.versions.list ml.versions.predict",
    ),
    (
        "roles/ml.modelUser",
        "ml.models.get ml.models.predict ml.versions.get ml.versions.list ml.versions.predict",
    ),
    (
        "roles/ml.operationOwner",
        "ml.operations.cancel ml.operations.get",
    ),
    (
        "roles/ml.viewer",
        "ml.jobs.get ml.jobs.list ml.models.get ml.models.list ml.operations.get \
         ml.operations.list ml.projects.getConfig ml.versions.get ml.versions.list \
         resourcemanager.projects.get",
    ),
    (
        "roles/owner",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.setIamPolicy ml.models.create ml.models.delete ml.models.get \
         ml.models.getIamPolicy ml.models.list ml.models.predict ml.models.setIamPolicy \
         ml.models.update ml.operations.cancel ml.operations.get ml.operations.list \
         ml.projects.getConfig ml.versions.create ml.versions.delete ml.versions.get \
         ml.versions.list ml.versions.predict resourcemanager.projects.get \
         resourcemanager.projects.getIamPolicy resourcemanager.projects.setIamPolicy",
    ),
    (
        "roles/viewer",
        "ml.jobs.get ml.jobs.list ml.models.get ml.models.list ml.models.predict \
         ml.operations.get ml.operations.list ml.projects.getConfig ml.versions.get \
         ml.versions.list ml.versions.predict resourcemanager.projects.get",
    ),
];

/// Edition `2026`: eight predefined and three basic roles.
pub const Y2026: &[(&str, &str)] = &[
    (
        "roles/editor",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.update ml.locations.get ml.locations.list ml.models.create ml.models.delete \
         ml.models.get ml.models.getIamPolicy ml.models.list ml.models.predict ml.models.update \
         ml.operations.cancel ml.operations.get ml.operations.list ml.projects.getConfig \
         ml.studies.create ml.studies.delete ml.studies.get ml.studies.getIamPolicy \
         ml.studies.list ml.trials.create ml.trials.delete ml.trials.get ml.trials.list \
         ml.trials.update ml.versions.create ml.versions.delete ml.versions.get ml.versions.list \
         ml.versions.predict ml.versions.update resourcemanager.projects.get",
    ),
    (
        "roles/ml.admin",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.setIamPolicy ml.jobs.update ml.locations.get ml.locations.list ml.models.create \
         ml.models.delete ml.models.get ml.models.getIamPolicy ml.models.list ml.models.predict \
         ml.models.setIamPolicy ml.models.update ml.operations.cancel ml.operations.get \
         ml.operations.list ml.projects.getConfig ml.studies.create ml.studies.delete \
         ml.studies.get ml.studies.getIamPolicy ml.studies.list ml.studies.setIamPolicy \
         ml.trials.create ml.trials.delete ml.trials.get ml.trials.list ml.trials.update \
         ml.versions.create ml.versions.delete ml.versions.get ml.versions.list \
         ml.versions.predict ml.versions.update resourcemanager.projects.get",
    ),
    (
        "roles/ml.developer",
        "ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list ml.locations.get \
         ml.locations.list ml.models.create ml.models.get ml.models.getIamPolicy ml.models.list \
         ml.models.predict ml.operations.get ml.operations.list ml.projects.getConfig \
         ml.studies.create ml.studies.delete ml.studies.get ml.studies.getIamPolicy \
         ml.studies.list ml.studies.setIamPolicy ml.trials.create ml.trials.delete ml.trials.get \
         ml.trials.list ml.trials.update ml.versions.get ml.versions.list ml.versions.predict \
         resourcemanager.projects.get",
    ),
    (
        "roles/ml.editor",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.update ml.locations.get ml.locations.list ml.models.create ml.models.delete \
         ml.models.get ml.models.getIamPolicy ml.models.list ml.models.predict ml.models.update \
         ml.operations.cancel ml.operations.get ml.operations.list ml.projects.getConfig \
         ml.studies.create ml.studies.delete ml.studies.get ml.studies.getIamPolicy \
         ml.studies.list ml.trials.create ml.trials.delete ml.trials.get ml.trials.list \
         ml.trials.update ml.versions.create ml.versions.delete ml.versions.get ml.versions.list \
         ml.versions.predict ml.versions.update resourcemanager.projects.get \
         resourcemanager.projects.list",
    ),
    (
        "roles/ml.jobOwner",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.setIamPolicy ml.jobs.update",
    ),
    (
        "roles/ml.modelOwner",
        "ml.models.create ml.models.delete ml.models.get ml.models.getIamPolicy ml.models.list \
         ml.models.predict ml.models.setIamPolicy ml.models.update ml.versions.create \
         ml.versions.delete ml.versions.get ml.versions.list ml.versions.predict \
         ml.versions.update",
    ),
    (
        "roles/ml.modelUser",
        "ml.models.get ml.models.predict ml.versions.get ml.versions.list ml.versions.predict",
    ),
    (
        "roles/ml.operationOwner",
        "ml.operations.cancel ml.operations.get ml.operations.list",
    ),
    (
        "roles/ml.viewer",
        "ml.jobs.get ml.jobs.list ml.locations.get ml.locations.list ml.models.get ml.models.list \
         ml.operations.get ml.operations.list ml.projects.getConfig ml.studies.get \
         ml.studies.getIamPolicy ml.studies.list ml.trials.get ml.trials.list ml.versions.get \
         ml.versions.list resourcemanager.projects.get",
    ),
    (
        "roles/owner",
        "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
         ml.jobs.setIamPolicy ml.jobs.update ml.locations.get ml.locations.list ml.models.create \
         ml.models.delete ml.models.get ml.models.getIamPolicy ml.models.list ml.models.predict \
         ml.models.setIamPolicy ml.models.update ml.operations.cancel ml.operations.get \
         ml.operations.list ml.projects.getConfig ml.studies.create ml.studies.delete \
         ml.studies.get ml.studies.getIamPolicy ml.studies.list ml.studies.setIamPolicy \
         ml.trials.create ml.trials.delete ml.trials.get ml.trials.list ml.trials.update \
         ml.versions.create ml.versions.delete ml.versions.get ml.versions.list \
         ml.versions.predict ml.versions.update resourcemanager.projects.get \
         resourcemanager.projects.getIamPolicy resourcemanager.projects.setIamPolicy",
    ),
    (
        "roles/viewer",
        "ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list ml.locations.get ml.locations.list \
         ml.models.get ml.models.getIamPolicy ml.models.list ml.models.predict ml.operations.get \
         ml.operations.list ml.projects.getConfig ml.studies.get ml.studies.getIamPolicy \
         ml.studies.list ml.trials.get ml.trials.list ml.versions.get ml.versions.list \
         ml.versions.predict resourcemanager.projects.get",
    ),
];

/// Every permission that either edition knows.
pub const KNOWN: &str = "ml.jobs.cancel ml.jobs.create ml.jobs.get ml.jobs.getIamPolicy ml.jobs.list \
    ml.jobs.setIamPolicy ml.jobs.update ml.locations.get ml.locations.list ml.models.create \
    ml.models.delete ml.models.get ml.models.getIamPolicy ml.models.list ml.models.predict \
    ml.models.setIamPolicy ml.models.update ml.operations.cancel ml.operations.get \
    ml.operations.list ml.projects.getConfig ml.studies.create ml.studies.delete \
    ml.studies.get ml.studies.getIamPolicy ml.studies.list ml.studies.setIamPolicy \
    ml.trials.create ml.trials.delete ml.trials.get ml.trials.list ml.trials.update \
    ml.versions.create ml.versions.delete ml.versions.get ml.versions.list \
    ml.versions.predict ml.versions.update resourcemanager.projects.get \
    resourcemanager.projects.getIamPolicy resourcemanager.projects.list \
    resourcemanager.projects.setIamPolicy";
