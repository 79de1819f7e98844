//! Postings as a hostile employer would write them.

/// Titles: markup, a turned reading direction, an attribute's end, a megabyte.
pub(super) fn title(place: usize) -> Option<String> {
    let title = match place {
        3 => "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">Sales Lead".to_owned(),
        5 => "Data Engineer \u{202e}gnp.tnemyap\u{202c}\u{2066} (m/f/d)".to_owned(),
        8 => "\"><svg onload=alert(1)> ' onmouseover='alert(1) {{7*7}} ${7*7}".to_owned(),
        11 => "Nurse ".to_owned() + &"very ".repeat(209_000) + "long",
        14 => "Ein\u{ad}zel\u{ad}han\u{ad}dels\u{ad}kauf\u{ad}leute für Ärztehäuser, 営業担当, مهندس برمجيات \u{fffd}".to_owned(),
        _ => return None,
    };
    Some(title)
}

/// An employer with markup and no room to break.
pub(super) const EMPLOYER: &str = "<b onclick=alert(1)>Acme</b>AVeryLongEmployerNameWithoutAnyRoomToBreakItAnywhereAtAllGmbHAndCompany";

/// A description with all that must not run.
pub(super) const DESCRIPTION: &str = "<h1>About us</h1><p onclick=\"alert(1)\">We are <b>great</b>.</p>\
    <script>document.title='taken'</script><style>body{display:none}</style>\
    <img src=x onerror=\"document.title='taken'\"><iframe src=\"https://evil.example/\"></iframe>\
    <a href=\"javascript:document.title='taken'\">Apply here</a> <a href=\"https://example.org/apply\" target=_blank style=\"position:fixed;inset:0\">or here</a>\
    <a href=\"https://example.org/empty\"></a><form action=\"https://evil.example/\"><input name=q><button>Send</button></form>\
    <ul><li>one</li><li>\u{202e}owt</li></ul><li>stray item<h5>stray heading</h5><svg><script>alert(1)</script></svg>\
    <table><tr><td>cell<base href=\"https://evil.example/\"><meta http-equiv=refresh content=\"0;url=https://evil.example/\"><math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">";
