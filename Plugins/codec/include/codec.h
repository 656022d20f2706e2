/* The codec exports only what its note promises; this header exists for SwiftPM. */
