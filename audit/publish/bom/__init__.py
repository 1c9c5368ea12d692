"""Bills of materials: CycloneDX and SPDX, written, read and compared."""
