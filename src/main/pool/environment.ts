/**
 * Owns the environment of a host process. Refuses: inheriting anything that is not named here, so no secret of the owner reaches
 * the code that reads hostile documents.
 */

/** What programs need to find themselves, their temp folder, their language, and (Windows) their system. */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TMP',
  'TEMP',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'SystemRoot',
  'SystemDrive',
  'windir',
  'USERPROFILE',
  'LOCALAPPDATA',
  'APPDATA',
  'NUMBER_OF_PROCESSORS',
  // For coverage and the search for processes left behind.
  'NODE_V8_COVERAGE',
  'SLUICE_TEST_FILE',
] as const

/** The environment of a host: the few inherited variables, then `added`. */
export const buildEnvironment = (
  from: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const inherited = INHERITED.flatMap((name) => {
    const value = from[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(inherited), ...added }
}
