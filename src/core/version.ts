/** Which Gradus this is; what it writes says so. */

/** The package's version; a test compares it with package.json. */
export const gradusVersion = "0.1.0";
