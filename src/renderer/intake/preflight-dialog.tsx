/**
 * Owns the look before a large job: what is in it, what it will take and need, and which kinds to leave out.
 * Refuses: reading anything; the engine estimates.
 */
import { Alert, Button, Checkbox, Group, Loader, ScrollArea, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { sayCost } from '../../shared/costs'
import { formatBytes, toAppError } from '../../shared/errors'
import { isDocumentKind, kindLabels } from '../../shared/kinds'
import { DocumentPath } from '../documents/document-path'
import { formatCount, formatDuration, formatPlural } from '../text/figures'
import classes from './preflight-dialog.module.css'
import type { ReactNode } from 'react'
import type { Estimate } from '../../shared/domain'

/** What a person decided: kinds to leave out, and whether archives may unpack to what they say. */
export type Decision = { readonly leaveOut: string[]; readonly confirmed: boolean }

type Props = {
  readonly estimating: Promise<Estimate>
  /** Whether there is anything to ask; what is small starts as soon as that is known. */
  readonly isLarge: (estimate: Estimate) => boolean
  /** `null`: nothing is to be added. */
  readonly onDecide: (decision: Decision | null) => void
}

const labelOfKind = (kind: string): string => (isDocumentKind(kind) ? kindLabels[kind] : kind)

/** What has to be known of the figures before the first is believed. */
const about = ({ exact }: Estimate): string => (exact ? '' : 'about ')

/** Rows for what is sent to providers; none where nothing is. */
export const costRows = (estimate: Estimate): [string, string][] => {
  const { embedding, summaries, vision, needOcr, costUsd, costKnown = true } = estimate
  const seen = needOcr > 0 ? vision : null
  if (!embedding && !summaries && !seen) return []
  const toWhom = ({ provider, isLocal }: { provider: string; isLocal: boolean }): string =>
    `${provider}${isLocal ? '' : ', leaves this computer'}`
  const cost = costKnown || costUsd > 0 ? sayCost(costUsd) : sayCost(null)
  return [
    ...(embedding
      ? [
          ['Sent for vectors', `about ${formatPlural(embedding.tokens, 'token')} to ${toWhom(embedding)}`] as [
            string,
            string,
          ],
        ]
      : []),
    ...(summaries
      ? [
          ['Sent for summaries', `about ${formatPlural(summaries.tokens, 'token')} to ${toWhom(summaries)}`] as [
            string,
            string,
          ],
        ]
      : []),
    ...(seen ? [['Sent to be read', `pictures to ${toWhom(seen)}`] as [string, string]] : []),
    ['Cost', costKnown || costUsd === 0 ? cost : `${cost} and more of unknown price`],
  ]
}

export function Figures({ estimate }: { readonly estimate: Estimate }): ReactNode {
  const rows: readonly (readonly [string, string])[] = [
    ['Documents', formatCount(estimate.documents)],
    ['Size', formatBytes(estimate.bytes)],
    ['Archives', formatCount(estimate.archivesTotal)],
    ['Already indexed', formatCount(estimate.unchanged)],
    ['Copies of each other', formatCount(estimate.duplicates)],
    ['Pictures of text', formatCount(estimate.needOcr)],
    ...(estimate.figures ? ([['Figures for a model', formatCount(estimate.figures)]] as const) : []),
    ['Need a password', formatCount(estimate.needPassword)],
    ['Left out', formatCount(estimate.leftOut)],
    ['Time', `about ${formatDuration(estimate.expectedMs)}`],
    ['Space while it runs', formatBytes(estimate.tempDiskBytes)],
    ...costRows(estimate),
  ]
  return (
    <SimpleGrid cols={2} spacing="lg" verticalSpacing={4} className="figures" data-testid="preflight-figures">
      {rows.map(([label, value]) => (
        <Group key={label} justify="space-between" wrap="nowrap" gap="xs">
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text size="sm" fw={550} data-testid={`figure-${label.toLowerCase().replaceAll(' ', '-')}`}>
            {value}
          </Text>
        </Group>
      ))}
    </SimpleGrid>
  )
}

type KindsProps = {
  readonly estimate: Estimate
  readonly leaveOut: ReadonlySet<string>
  readonly onToggle: (kind: string) => void
}

function Kinds({ estimate, leaveOut, onToggle }: KindsProps): ReactNode {
  const kinds = Object.entries(estimate.byKind).sort(([, one], [, other]) => other - one)
  return (
    <fieldset className={classes.kinds}>
      <legend>
        <Text size="sm" fw={600}>
          What to read
        </Text>
      </legend>
      <ScrollArea.Autosize mah={180} type="auto">
        <SimpleGrid cols={2} spacing="xs" verticalSpacing={6}>
          {kinds.map(([kind, count]) => (
            <Checkbox
              key={kind}
              size="sm"
              label={
                <>
                  {labelOfKind(kind)}{' '}
                  <Text span c="dimmed" className="figures">
                    {formatCount(count)}
                  </Text>
                </>
              }
              checked={!leaveOut.has(kind)}
              onChange={() => onToggle(kind)}
            />
          ))}
        </SimpleGrid>
      </ScrollArea.Autosize>
    </fieldset>
  )
}

export function Confirmation({
  confirmation,
}: {
  readonly confirmation: NonNullable<Estimate['confirmation']>
}): ReactNode {
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Large archives">
      <Text size="sm">{confirmation.message}</Text>
      <Table verticalSpacing={3} mt={6} className="figures">
        <Table.Tbody>
          {confirmation.archives.slice(0, 5).map(({ path, entries, bytesExpanded }) => (
            <Table.Tr key={path}>
              <Table.Td>
                <DocumentPath path={path} />
              </Table.Td>
              <Table.Td ta="right">{formatPlural(entries, 'entry').replace('entrys', 'entries')}</Table.Td>
              <Table.Td ta="right">{formatBytes(bytesExpanded)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  )
}

function Review({
  estimate,
  onDecide,
}: {
  readonly estimate: Estimate
  readonly onDecide: Props['onDecide']
}): ReactNode {
  const [leaveOut, setLeaveOut] = useState<ReadonlySet<string>>(new Set())
  const toggle = (kind: string): void =>
    setLeaveOut((before) => {
      const after = new Set(before)
      if (!after.delete(kind)) after.add(kind)
      return after
    })
  const { confirmation } = estimate
  const left = [...leaveOut].reduce((sum, kind) => sum + (estimate.byKind[kind] ?? 0), 0)
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {`Nothing was read yet. Looking took ${formatDuration(estimate.elapsedMs)}${estimate.exact ? '' : '; some figures are estimated from a sample'}.`}
      </Text>
      <Figures estimate={estimate} />
      <Kinds estimate={estimate} leaveOut={leaveOut} onToggle={toggle} />
      {confirmation === null ? null : <Confirmation confirmation={confirmation} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => onDecide(null)}>
          Do not add
        </Button>
        <Button
          data-autofocus
          onClick={() => onDecide({ leaveOut: [...leaveOut], confirmed: confirmation !== null })}
          disabled={leaveOut.size === Object.keys(estimate.byKind).length && leaveOut.size > 0}
        >
          {confirmation === null
            ? `Add ${about(estimate)}${formatPlural(Math.max(0, estimate.documents - left), 'document')}`
            : 'Unpack and add'}
        </Button>
      </Group>
    </Stack>
  )
}

/** Shows that it is looking, then what it found; what is small is decided without a question. */
export function PreflightDialog({ estimating, isLarge, onDecide }: Props): ReactNode {
  const [found, setFound] = useState<Estimate | Error | null>(null)
  useEffect(() => {
    let live = true
    estimating.then(
      (estimate) => {
        if (!live) return
        if (isLarge(estimate)) setFound(estimate)
        else onDecide({ leaveOut: [], confirmed: false })
      },
      (thrown: unknown) => live && setFound(toAppError(thrown)),
    )
    return () => {
      live = false
    }
  }, [estimating, isLarge, onDecide])
  if (found !== null && !(found instanceof Error)) return <Review estimate={found} onDecide={onDecide} />
  return (
    <Stack gap="md">
      {found === null ? (
        <Group gap="sm" role="status">
          <Loader size="sm" />
          <Text size="sm">Looking at what is in there. Nothing is read yet.</Text>
        </Group>
      ) : (
        <Text size="sm">It could not be estimated: {found.message}</Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => onDecide(null)}>
          Do not add
        </Button>
        <Button variant="default" onClick={() => onDecide({ leaveOut: [], confirmed: false })}>
          Add without looking
        </Button>
      </Group>
    </Stack>
  )
}
