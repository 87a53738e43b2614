//! Numbers that depend on the seed alone.

/// A SplitMix64 sequence. The same parts give the same sequence on every machine.
pub(crate) struct Seeded(u64);

impl Seeded {
    /// A sequence of its own for every combination of `parts`.
    pub(crate) fn new(parts: &[u64]) -> Self {
        let mut state = 0x6C61_7A63_6F72_6531;
        for part in parts {
            state = mix(state ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(*part);
        }
        Self(state)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `limit`; 0 when the limit is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// True once in `times` draws.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// Scatters a number; used alone where an order must look arbitrary but stay the same.
pub(crate) fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
