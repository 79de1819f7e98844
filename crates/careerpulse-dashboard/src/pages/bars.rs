//! Small drawings beside figures: an interval around no change, two shares on one rail.

use super::markup::{self, Markup};

/// A change with its interval around no change, on a rail of `reach` to both sides.
pub fn change(value: f64, low: f64, high: f64, reach: f64) -> Markup {
    let at = |value: f64| {
        let share = if reach > 0.0 { value / reach } else { 0.0 };
        100.0 + share.clamp(-1.0, 1.0) * 96.0
    };
    let class = match (low > 0.0, high < 0.0) {
        (true, _) => "better",
        (_, true) => "worse",
        _ => "level",
    };
    let (from, to, dot) = (at(low), at(high), at(value));
    let dot = match class {
        "better" => format!("<path d=\"M{:.1} 15l5-10 5 10z\"/>", dot - 5.0),
        "worse" => format!("<path d=\"M{:.1} 5l5 10 5-10z\"/>", dot - 5.0),
        _ => format!("<circle cx=\"{dot:.1}\" cy=\"10\" r=\"4\"/>"),
    };
    markup::drawing(format!(
        "<svg class=\"interval {class}\" viewBox=\"0 0 200 20\" aria-hidden=\"true\" focusable=\"false\">\
         <path class=\"zero\" d=\"M100 0v20\"/><path class=\"reach\" d=\"M{from:.1} 10H{to:.1}M{from:.1} 6v8M{to:.1} 6v8\"/>{dot}</svg>"
    ))
}

/// Two shares on one rail: a ring for then, a dot for now.
pub fn then_and_now(then: f64, now: f64, largest: f64) -> Markup {
    let at = |share: f64| 8.0 + (share / largest.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) * 184.0;
    let (then, now) = (at(then), at(now));
    markup::drawing(format!(
        "<svg class=\"dumbbell\" viewBox=\"0 0 200 20\" aria-hidden=\"true\" focusable=\"false\">\
         <path class=\"rail\" d=\"M8 10H192\"/><path class=\"reach\" d=\"M{then:.1} 10H{now:.1}\"/>\
         <circle class=\"then\" cx=\"{then:.1}\" cy=\"10\" r=\"5\"/><circle class=\"now\" cx=\"{now:.1}\" cy=\"10\" r=\"5\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_and_worse_differ_in_shape() {
        let better = change(0.1, 0.05, 0.15, 0.2).to_string();
        let worse = change(-0.1, -0.15, -0.05, 0.2).to_string();
        let level = change(0.01, -0.05, 0.06, 0.2).to_string();
        assert!(better.contains("better") && worse.contains("worse") && level.contains("<circle"));
        assert!(!change(1.0, 1.0, 1.0, 0.0).to_string().contains("NaN"));
    }
}
