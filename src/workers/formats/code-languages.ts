/**
 * Owns which names mean which programming or configuration language. Refuses: anything else.
 */

export const languageByExtension: Readonly<Record<string, string>> = {
  ada: 'ada', adb: 'ada', ads: 'ada', as: 'actionscript', asm: 'assembly', s: 'assembly', awk: 'awk', bas: 'basic', bat: 'batch', cmd: 'batch',
  c: 'c', h: 'c', cc: 'c++', cpp: 'c++', cxx: 'c++', hh: 'c++', hpp: 'c++', hxx: 'c++', ino: 'c++', cs: 'c#', clj: 'clojure', cljs: 'clojure',
  cmake: 'cmake', cob: 'cobol', cbl: 'cobol', coffee: 'coffeescript', cr: 'crystal', css: 'css', scss: 'scss', sass: 'sass', less: 'less', d: 'd',
  dart: 'dart', diff: 'diff', patch: 'diff', dockerfile: 'dockerfile', ex: 'elixir', exs: 'elixir', elm: 'elm', erl: 'erlang', hrl: 'erlang',
  fs: 'f#', fsx: 'f#', f: 'fortran', f90: 'fortran', f95: 'fortran', go: 'go', gql: 'graphql', graphql: 'graphql', gradle: 'gradle', groovy: 'groovy',
  hs: 'haskell', hx: 'haxe', java: 'java', js: 'javascript', cjs: 'javascript', mjs: 'javascript', jsx: 'javascript', jl: 'julia', jsp: 'jsp',
  kt: 'kotlin', kts: 'kotlin', lisp: 'lisp', el: 'lisp', scm: 'scheme', lua: 'lua', m: 'objective-c', mm: 'objective-c', mk: 'makefile', ml: 'ocaml',
  mli: 'ocaml', nim: 'nim', nix: 'nix', pas: 'pascal', pp: 'pascal', php: 'php', pl: 'perl', pm: 'perl', proto: 'protobuf', ps1: 'powershell',
  psm1: 'powershell', py: 'python', pyw: 'python', pyi: 'python', r: 'r', rb: 'ruby', erb: 'ruby', rs: 'rust', sc: 'scala', scala: 'scala',
  sh: 'shell', bash: 'shell', zsh: 'shell', fish: 'shell', sol: 'solidity', sql: 'sql', svelte: 'svelte', swift: 'swift', tcl: 'tcl',
  tf: 'terraform', ts: 'typescript', cts: 'typescript', mts: 'typescript', tsx: 'typescript', v: 'verilog', sv: 'verilog', vhd: 'vhdl', vhdl: 'vhdl',
  vb: 'visual-basic', vbs: 'visual-basic', vue: 'vue', zig: 'zig',
  cfg: 'configuration', cnf: 'configuration', conf: 'configuration', desktop: 'configuration', editorconfig: 'configuration', env: 'configuration',
  gitignore: 'configuration', ini: 'configuration', properties: 'configuration', reg: 'configuration', toml: 'toml', yaml: 'yaml', yml: 'yaml',
  xml: 'xml', xsd: 'xml', xsl: 'xml', xslt: 'xml', svg: 'svg', plist: 'xml', rss: 'xml', atom: 'xml', opml: 'xml', gpx: 'xml', kml: 'xml', dtd: 'xml',
}

/** Whole names, in lower case. */
export const languageByName: Readonly<Record<string, string>> = {
  makefile: 'makefile', gnumakefile: 'makefile', dockerfile: 'dockerfile', 'cmakelists.txt': 'cmake', rakefile: 'ruby', gemfile: 'ruby',
  jenkinsfile: 'groovy', vagrantfile: 'ruby', '.gitignore': 'configuration', '.gitattributes': 'configuration', '.editorconfig': 'configuration',
  '.bashrc': 'shell', '.bash_profile': 'shell', '.profile': 'shell', '.zshrc': 'shell', '.vimrc': 'vim',
}

/** Programs of a `#!` line, without their version. */
export const languageByInterpreter: Readonly<Record<string, string>> = {
  bash: 'shell', sh: 'shell', dash: 'shell', zsh: 'shell', ksh: 'shell', fish: 'shell', python: 'python', node: 'javascript', deno: 'typescript',
  perl: 'perl', ruby: 'ruby', php: 'php', lua: 'lua', awk: 'awk', tclsh: 'tcl', rscript: 'r',
}
