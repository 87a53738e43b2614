//! How PrintAWB may answer.

/// A way in which labels differ from what is documented. Lasts until [`crate::Sandbox::behave`] unless
/// a count is given, and goes together with any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LabelFault {
    /// PrintAWB succeeds with an empty file and without a link. Happens once unless a count is given.
    Empty,
    /// The same, as long as one of the packages was made less than this many seconds of the gateway's
    /// clock ago.
    EmptyFor {
        /// Seconds.
        seconds: u32,
    },
    /// Links made now work for this many seconds of the gateway's clock; 0 makes links that have ended.
    LinkLife {
        /// Seconds.
        seconds: u32,
    },
    /// There is no link although a PDF was asked for; `file` holds the document.
    InFile(InFile),
    /// The PDF has a page more than packages.
    ExtraPage,
}

/// What `file` holds when there is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InFile {
    /// The PDF itself.
    Pdf,
    /// The labels as HTML.
    Html,
}

impl LabelFault {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty | Self::EmptyFor { .. } => "empty_label",
            Self::LinkLife { .. } => "label_link",
            Self::InFile(_) => "label_in_file",
            Self::ExtraPage => "label_extra_page",
        }
    }
}
