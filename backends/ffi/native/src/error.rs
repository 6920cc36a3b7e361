//! Refusals: a status code, which TypeScript turns into an error class, and a text.

/// Kind of a refusal; the number is the status that an exported function returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Sizes that do not fit together.
    Shape = 1,
    /// An element type that an op cannot take.
    DType = 2,
    /// Memory is missing, an argument makes no sense, or a kernel failed.
    Device = 3,
    /// A handle of nothing that lives.
    Disposed = 4,
    /// An index beyond its axis.
    Range = 5,
}

/// Why a call was refused.
#[derive(Debug)]
pub struct Fault {
    /// Its kind.
    pub status: Status,
    /// The values seen and what would be right.
    pub text: String,
}

impl Fault {
    /// Sizes that do not fit together.
    pub fn shape(text: impl Into<String>) -> Self {
        Self { status: Status::Shape, text: text.into() }
    }

    /// An element type that an op cannot take.
    pub fn dtype(text: impl Into<String>) -> Self {
        Self { status: Status::DType, text: text.into() }
    }

    /// Anything else that cannot be done.
    pub fn device(text: impl Into<String>) -> Self {
        Self { status: Status::Device, text: text.into() }
    }

    /// A handle of nothing that lives.
    pub fn disposed(text: impl Into<String>) -> Self {
        Self { status: Status::Disposed, text: text.into() }
    }

    /// An index beyond its axis.
    pub fn range(text: impl Into<String>) -> Self {
        Self { status: Status::Range, text: text.into() }
    }
}

/// What ops return.
pub type Outcome<T = ()> = Result<T, Fault>;
