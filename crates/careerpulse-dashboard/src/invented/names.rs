//! The categories, and where each stands among them.

use crate::source::SourceError;

/// The categories, the largest first.
pub const CATEGORIES: [&str; 30] = [
    "Software Engineering",
    "Healthcare",
    "Sales",
    "Computer and IT",
    "Data and Analytics",
    "Retail",
    "Accounting and Finance",
    "Customer Service",
    "Advertising and Marketing",
    "Project Management",
    "Human Resources and Recruitment",
    "Business Operations",
    "Education",
    "Science and Engineering",
    "Administration and Office",
    "Account Management",
    "Design and UX",
    "Management",
    "Legal Services",
    "Manufacturing and Warehouse",
    "Food and Hospitality Services",
    "Transportation and Logistics",
    "Installation, Maintenance, and Repairs",
    "Writing and Editing",
    "Media, PR, and Communications",
    "Construction",
    "Social Services",
    "Real Estate",
    "Protective Services",
    "Entertainment and Travel Services",
];

/// A category's place in the list.
pub(super) fn place(name: &str) -> Result<usize, SourceError> {
    let found = CATEGORIES.iter().position(|category| *category == name);
    found.ok_or_else(|| {
        let shown: String = name.chars().take(80).collect();
        SourceError::NotFound(format!(
            "There is no category “{shown}”; the overview lists all of them."
        ))
    })
}

/// The places of all names.
pub(super) fn known(names: &[String]) -> Result<Vec<usize>, SourceError> {
    names.iter().map(|name| place(name)).collect()
}
