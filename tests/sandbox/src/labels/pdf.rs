//! A small PDF writer: one A6 page per label, plain content streams, Helvetica.

use std::fmt::Write as _;

use super::{Label, code39};

/// A6 in points.
const PAGE: (u32, u32) = (298, 420);

/// A PDF file with a page for each label, in the order given, and perhaps an extra one.
pub(crate) fn pdf(labels: &[Label], extra_page: bool) -> Vec<u8> {
    let mut contents: Vec<String> = labels.iter().map(content).collect();
    if extra_page {
        contents.push(String::new());
    }
    let mut file = Writer::new();
    let kids: Vec<String> = (0..contents.len())
        .map(|place| format!("{} 0 R", page_number(place)))
        .collect();
    file.object("<< /Type /Catalog /Pages 2 0 R >>");
    file.object(&format!(
        "<< /Type /Pages /Kids [{}] /Count {} >>",
        kids.join(" "),
        contents.len()
    ));
    file.object(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    );
    for (place, content) in contents.iter().enumerate() {
        file.object(&format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] \
             /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            PAGE.0,
            PAGE.1,
            page_number(place) + 1
        ));
        file.object(&format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ));
    }
    file.finish()
}

/// Objects 1 to 3 are catalog, page list and font; each page takes two.
fn page_number(place: usize) -> usize {
    4 + 2 * place
}

fn content(label: &Label) -> String {
    let mut text = String::new();
    let mut y = PAGE.1 - 30;
    line(&mut text, 11, y, "SANDBOX LABEL - NOT FOR SHIPPING");
    for (rank, words) in label.lines().iter().enumerate() {
        y -= 22;
        line(&mut text, if rank < 3 { 13 } else { 10 }, y, words);
    }
    y -= 70;
    for (start, width) in code39::bars(&label.tracking) {
        // Tenths of a point keep 17 signs within the page.
        let tenths = |units: u32| format!("{}.{}", units * 9 / 10, units * 9 % 10);
        let _infallible = writeln!(text, "{} {y} {} 50 re f", tenths(start + 22), tenths(width));
    }
    y -= 12;
    for item in &label.items {
        y = y.saturating_sub(14);
        line(&mut text, 9, y, item);
    }
    text
}

fn line(out: &mut String, size: u32, y: u32, words: &str) {
    let _infallible = writeln!(out, "BT /F1 {size} Tf 20 {y} Td ({}) Tj ET", escaped(words));
}

/// Signs outside ASCII would need a larger font program; labels do not hold any that matter.
fn escaped(words: &str) -> String {
    let mut out = String::new();
    for sign in words.chars() {
        match sign {
            '(' | ')' | '\\' => {
                out.push('\\');
                out.push(sign);
            }
            ' '..='~' => out.push(sign),
            _ => out.push('?'),
        }
    }
    out
}

/// Writes objects in number order and remembers where each begins.
struct Writer {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl Writer {
    fn new() -> Self {
        // The second line tells transfer programs that the file is binary.
        Self {
            bytes: b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec(),
            offsets: Vec::new(),
        }
    }

    fn object(&mut self, body: &str) {
        self.offsets.push(self.bytes.len());
        let number = self.offsets.len();
        self.bytes
            .extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }

    fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        let size = self.offsets.len() + 1;
        let mut tail = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            let _infallible = writeln!(tail, "{offset:010} 00000 n ");
        }
        let _infallible = write!(
            tail,
            "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
        );
        self.bytes.extend_from_slice(tail.as_bytes());
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a(b)\\c 中"), "a\\(b\\)\\\\c ?");
    }
}
