/**
 * Owns what people see of a look at a model's folder: that it is under way, what was found, or why the folder cannot be used.
 */
import { Alert, Button, Group, Loader, Text } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import { formatSize } from '../text/figures'
import { t } from '../text/language'
import { poolingLabels } from './folder-fields'
import { shortModel } from './model-names'
import classes from './models-view.module.css'
import type { ReactNode } from 'react'
import type { AppError } from '../../shared/errors'
import type { FolderReport } from '../../shared/model-folders'

/** What is known of the folder. */
export type Look =
  | { readonly state: 'looking' }
  | { readonly state: 'found'; readonly report: FolderReport }
  | { readonly state: 'refused'; readonly error: AppError }

const figuresOf = (report: FolderReport): readonly (readonly [string, string])[] => [
  [t('models.model'), shortModel(report.model)],
  [t('models.itsVectors'), t('models.dimensions', { count: report.dimensions })],
  [t('models.pooling'), report.pooling === null ? t('models.modelItself') : poolingLabels[report.pooling]],
  [t('models.readsAtATime'), t('common.tokens', { count: report.maxTokens })],
  [t('models.size'), formatSize(report.sizeBytes)],
  [t('models.speedHere'), t('models.tokensASecond', { number: report.tokensPerSecond })],
  [t('models.onnxFile'), report.modelFile],
  ...(report.queryPrefix === ''
    ? []
    : [[t('models.beforeSearch'), t('models.quoted', { name: report.queryPrefix })] as const]),
  ...(report.documentPrefix === ''
    ? []
    : [[t('models.beforePassage'), t('models.quoted', { name: report.documentPrefix })] as const]),
]

type Props = { readonly look: Look; readonly onAgain: () => void }

export function FolderLook({ look, onAgain }: Props): ReactNode {
  if (look.state === 'looking')
    return (
      <Group gap={8} role="status" data-testid="folder-looking">
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed">
          {t('models.readingFolder')}
        </Text>
      </Group>
    )
  if (look.state === 'refused')
    return (
      <Alert
        color="red"
        icon={<IconAlertTriangle aria-hidden />}
        title={look.error.code}
        role="status"
        data-testid="folder-refused"
      >
        <Text size="sm" className="wrap-anywhere">
          {look.error.message}
        </Text>
        <Button
          size="compact-sm"
          mt={8}
          variant="default"
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={onAgain}
        >
          {t('models.lookAgain')}
        </Button>
      </Alert>
    )
  return (
    <div className={classes.inset} style={{ marginTop: 0 }} role="status" data-testid="folder-report">
      <dl className={`${classes.figures ?? ''} figures`}>
        {figuresOf(look.report).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
