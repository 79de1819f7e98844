//! The words of the categories and the phrases all postings share, read from the text files beside this one.

use super::SampleError;

/// What the postings of one category are written from.
#[derive(Debug)]
pub(super) struct CategoryWords {
    pub name: &'static str,
    /// Share of the postings, relative to the other categories.
    pub weight: f64,
    /// Paid by the hour, in shifts; otherwise by the year.
    pub hourly: bool,
    /// Categories whose roles and duties overlap, nearest first.
    pub neighbours: Vec<&'static str>,
    pub roles: Vec<Role>,
    pub duties: Vec<&'static str>,
    pub needs: Vec<&'static str>,
    pub teams: Vec<&'static str>,
}

/// A family of titles with the skills that go with it.
#[derive(Debug)]
pub(super) struct Role {
    pub titles: Vec<&'static str>,
    pub skills: Vec<&'static str>,
}

/// A line of a data file: its number, its first word, and the rest.
pub(super) type Entry = (usize, &'static str, &'static str);

const FILES: [(&str, &str); 6] = [
    ("categories/tech.txt", include_str!("categories/tech.txt")),
    (
        "categories/business.txt",
        include_str!("categories/business.txt"),
    ),
    (
        "categories/commerce.txt",
        include_str!("categories/commerce.txt"),
    ),
    ("categories/care.txt", include_str!("categories/care.txt")),
    (
        "categories/trades.txt",
        include_str!("categories/trades.txt"),
    ),
    (
        "categories/leisure.txt",
        include_str!("categories/leisure.txt"),
    ),
];

/// Reads every category, in the order of the files.
pub(super) fn read_categories() -> Result<Vec<CategoryWords>, SampleError> {
    read_categories_of(&FILES)
}

/// Reads the categories of files given by name and text.
pub(super) fn read_categories_of(
    files: &[(&'static str, &'static str)],
) -> Result<Vec<CategoryWords>, SampleError> {
    let mut categories: Vec<CategoryWords> = Vec::new();
    for &(file, text) in files {
        for (line, key, rest) in entries(text) {
            if key == "==" {
                categories.push(read_header(file, line, rest)?);
                continue;
            }
            let category = categories
                .last_mut()
                .ok_or_else(|| malformed(file, line, "a line before the first `==` header"))?;
            match key {
                "role" => category.roles.push(read_role(file, line, rest)?),
                "duty" => category.duties.push(rest),
                "need" => category.needs.push(rest),
                "team" => category.teams.extend(listed(rest)),
                _ => return Err(malformed(file, line, "expected role, duty, need or team")),
            }
        }
        let complete = |one: &CategoryWords| {
            !(one.roles.is_empty() || one.duties.is_empty() || one.neighbours.is_empty())
        };
        if !categories.iter().all(complete) {
            return Err(malformed(
                file,
                1,
                "a category lacks roles, duties or neighbours",
            ));
        }
    }
    Ok(categories)
}

/// The lines of a data file; blank ones and those that open with `#` are left out.
pub(super) fn entries(text: &'static str) -> impl Iterator<Item = Entry> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let (key, rest) = line.trim().split_once(' ')?;
        (key != "#").then_some((index + 1, key, rest.trim()))
    })
}

/// The entries of a list written `one; two; three`.
pub(super) fn listed(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(';')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// The error for a line that cannot be read.
pub(super) fn malformed(file: &'static str, line: usize, problem: &'static str) -> SampleError {
    SampleError::Words {
        file,
        line,
        problem,
    }
}

fn read_header(
    file: &'static str,
    line: usize,
    rest: &'static str,
) -> Result<CategoryWords, SampleError> {
    let fields: Vec<&'static str> = rest.split('|').map(str::trim).collect();
    let [name, weight, pay, neighbours] = fields[..] else {
        return Err(malformed(
            file,
            line,
            "expected name | weight | pay | neighbours",
        ));
    };
    let weight = weight
        .parse()
        .map_err(|_| malformed(file, line, "the weight is not a number"))?;
    Ok(CategoryWords {
        name,
        weight,
        hourly: pay == "hourly",
        neighbours: listed(neighbours).collect(),
        roles: Vec::new(),
        duties: Vec::new(),
        needs: Vec::new(),
        teams: Vec::new(),
    })
}

fn read_role(file: &'static str, line: usize, rest: &'static str) -> Result<Role, SampleError> {
    let (titles, skills) = rest
        .split_once(" : ")
        .ok_or_else(|| malformed(file, line, "expected titles : skills"))?;
    Ok(Role {
        titles: listed(titles).collect(),
        skills: listed(skills).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_complete_and_its_neighbours_exist() {
        let categories = read_categories().expect("the shipped files are well formed");
        assert!(categories.len() >= 28, "{}", categories.len());
        for category in &categories {
            assert!((4..=8).contains(&category.roles.len()), "{}", category.name);
            assert!(category.duties.len() >= 5 && category.needs.len() >= 4);
            assert!(!category.teams.is_empty() && !category.neighbours.is_empty());
            for neighbour in &category.neighbours {
                assert!(
                    categories.iter().any(|other| other.name == *neighbour),
                    "{}: {neighbour}",
                    category.name
                );
            }
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let error = read_role("categories/tech.txt", 3, "Baker").expect_err("no skills");
        assert_eq!(
            error.to_string(),
            "categories/tech.txt, line 3: expected titles : skills"
        );
    }
}
