/**
 * Owns where the sample documents of a person are: the one folder in the data folder that is read like any other. Refuses: what is in it.
 */
export const SAMPLES_FOLDER = 'samples'
