/* The camera exports only what its note promises; this header exists for SwiftPM. */
