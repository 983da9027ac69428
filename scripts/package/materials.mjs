// Owns the list of materials (SBOM, CycloneDX 1.5 in JSON) of a package. Refuses to guess: it lists what licences.mjs found inside.
import { writeFileSync } from 'node:fs'

const encode = (name) => name.split('/').map(encodeURIComponent).join('/')

/** SPDX knows single identifiers and expressions; whatever else a package writes is a name. */
function spell(licence) {
  if (/^[A-Za-z0-9.+-]+$/.test(licence)) return { license: { id: licence } }
  return / (?:OR|AND|WITH) /.test(licence) ? { expression: licence } : { license: { name: licence } }
}

/** Writes the list to `file`. Its time is that of the commit (SOURCE_DATE_EPOCH), so the same commit gives the same bytes. */
export function writeMaterials({ file, version, runtime, node, components }) {
  const library = ({ name, version, licence }) => ({
    type: 'library',
    'bom-ref': `pkg:npm/${encode(name)}@${version}`,
    name,
    version,
    purl: `pkg:npm/${encode(name)}@${version}`,
    licenses: [spell(licence)],
  })
  const framework = (name, version) => ({ type: 'framework', 'bom-ref': `${name}@${version}`, name, version })
  const list = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      timestamp: new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 0) * 1000).toISOString(),
      component: { type: 'application', 'bom-ref': `sluice@${version}`, name: 'sluice', version },
    },
    components: [framework('electron', runtime.version), framework('node', node), ...components.map(library)],
  }
  writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`)
}
