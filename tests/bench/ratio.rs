//! Medians, and ratios that were taken within a round each.

/// The middle one of some values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints the median ratio of the rounds, its range, and whether that is enough.
pub(crate) fn print(name: &str, mut ratios: Vec<f64>, floor: Option<f64>) {
    ratios.sort_unstable_by(f64::total_cmp);
    let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
    let ratio = median(ratios);
    let verdict = match floor {
        None => String::new(),
        Some(floor) if ratio >= floor => format!("  at least {floor}: yes"),
        Some(floor) => format!("  at least {floor}: NO"),
    };
    println!("{name:<28}{ratio:>6.2}  ({least:.2} to {most:.2}){verdict}");
}
