//! Tables and properties of the life cycle.
