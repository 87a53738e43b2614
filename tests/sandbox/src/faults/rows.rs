//! Rows of a batch that are answered badly.

/// Which rows of a batch, counted from 0 in the order of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rows {
    /// All of them.
    All,
    /// These.
    At(Vec<usize>),
}

impl Default for Rows {
    /// The first row.
    fn default() -> Self {
        Self::At(vec![0])
    }
}

/// A misbehavior inside a batch.
#[derive(Clone)]
pub(crate) struct RowFault {
    pub(crate) kind: RowFaultKind,
    pub(crate) rows: Rows,
    /// A row that fails is executed all the same.
    pub(crate) executed: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum RowFaultKind {
    /// The rows fail with this code.
    Fail(String),
    /// The rows are left out of the answer.
    Omit,
}

impl Rows {
    pub(crate) fn contains(&self, row: usize) -> bool {
        match self {
            Self::All => true,
            Self::At(rows) => rows.contains(&row),
        }
    }
}
