/**
 * Owns the fields of a model in a folder as a person fills them in, and the definition that they make.
 * Refuses: knowing what is in the folder; the engine looks.
 */
import { t } from '../text/language'
import type { FolderChoice, Pooling } from '../../shared/model-folders'
import type { Provider } from '../../shared/providers'

/** What is put before a text: as the folder says (`null`), nothing at all, or what is typed. */
export type Prompt = string | null
export const NO_PROMPT = ''

/** An empty field leaves it to the folder; that there is none is said beside it. */
export const promptOf = (typed: string): Prompt => (typed === '' ? null : typed)

/** What is said of the folder; `null`, and nothing typed: as the folder says. */
export type FolderFields = {
  readonly folder: string
  readonly modelFile: string
  readonly pooling: Pooling | null
  /** As typed. */
  readonly maxTokens: number | string
  readonly queryPrefix: Prompt
  readonly documentPrefix: Prompt
}

export const poolingLabels: Readonly<Record<Pooling, string>> = {
  mean: t('models.poolingMean'),
  cls: t('models.poolingCls'),
  max: t('models.poolingMax'),
  lasttoken: t('models.poolingLast'),
  mean_sqrt_len: t('models.poolingMeanSqrt'),
}

/** Nothing is said but where it is. */
export const fieldsOfPath = (folder: string): FolderFields => ({
  folder,
  modelFile: '',
  pooling: null,
  maxTokens: '',
  queryPrefix: null,
  documentPrefix: null,
})

/** The fields of one that is there; `null` for what is in no folder. */
export const fieldsOfFolder = ({ definition }: Provider): FolderFields | null =>
  definition?.kind === 'onnx'
    ? {
        folder: definition.folder,
        modelFile: definition.modelFile ?? '',
        pooling: definition.pooling,
        maxTokens: definition.maxTokens ?? '',
        queryPrefix: definition.queryPrefix,
        documentPrefix: definition.documentPrefix,
      }
    : null

/** What `providers.inspect` takes; with its kind, what `providers.add` and `providers.update` take as definition. */
export const folderDefinitionOf = (fields: FolderFields): FolderChoice & { readonly folder: string } => ({
  ...fields,
  modelFile: fields.modelFile.trim() === '' ? null : fields.modelFile.trim().replaceAll('\\', '/'),
  maxTokens: fields.maxTokens === '' ? null : Number(fields.maxTokens),
})

/** Whether two say the same of the same folder. */
export const isSameFolder = (left: FolderFields, right: FolderFields): boolean =>
  JSON.stringify(folderDefinitionOf(left)) === JSON.stringify(folderDefinitionOf(right))

const MOST_CHARS = 40

/** A name made of the folder's, which no other model has. Of what is unlike a name, `model`. */
export const suggestName = (folder: string, taken: readonly string[]): string => {
  const last =
    folder
      .split(/[\\/]+/)
      .filter(Boolean)
      .at(-1) ?? ''
  const plain = last
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, MOST_CHARS - 4)
  const base = plain === '' || plain === 'local' ? 'model' : plain
  for (let number = 2, name = base; ; number += 1) {
    if (!taken.includes(name)) return name
    name = `${base}-${number}`
  }
}
