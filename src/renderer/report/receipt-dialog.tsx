/**
 * Owns the receipt of one document: what became of each page, sheet, slide, part and attachment, and why.
 */
import { Badge, Button, Skeleton, Stack, Table, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useEffect, useState } from 'react'
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import { DocumentPath } from '../documents/document-path'
import { formatCount } from '../text/figures'
import { nameOfPath } from '../text/passages'
import { coverageWords, documentStateColors, documentStateLabels } from '../text/words'
import type { ReactNode } from 'react'
import type { DocumentReceipt, ReceiptLine } from '../../shared/domain'

const PAGE = 500

type Loaded = {
  readonly lines: readonly ReceiptLine[]
  readonly items: DocumentReceipt['items']
  readonly next: number | null
}

const describeLine = ({ unit, from, to, name }: ReceiptLine): string => {
  const places =
    unit === 'document'
      ? 'Whole document'
      : from === to
        ? `${unit} ${formatCount(from)}`
        : `${unit}s ${formatCount(from)}–${formatCount(to)}`
  const label = places.charAt(0).toUpperCase() + places.slice(1)
  return name === null ? label : `${label}: ${name}`
}

function Lines({ loaded }: { readonly loaded: Loaded }): ReactNode {
  return (
    <Table verticalSpacing={6} className="figures" data-testid="receipt">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Part</Table.Th>
          <Table.Th>What became of it</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {loaded.lines.map((line) => (
          <Table.Tr key={`${line.unit} ${line.from} ${line.name ?? ''}`}>
            <Table.Td className="wrap-anywhere">{describeLine(line)}</Table.Td>
            <Table.Td>
              <Badge variant="light" size="sm" tt="none" color={coverageWords[line.state].color}>
                {coverageWords[line.state].label}
              </Badge>
              {line.message === null ? null : (
                <Text size="xs" c="dimmed" mt={2}>
                  {line.message}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
        {loaded.items.map((item) => (
          <Table.Tr key={item.documentId}>
            <Table.Td>
              <DocumentPath path={item.path} />
            </Table.Td>
            <Table.Td>
              <Badge variant="light" size="sm" tt="none" color={documentStateColors[item.state]}>
                {documentStateLabels[item.state]}
              </Badge>
              {item.message === null ? null : (
                <Text size="xs" c="dimmed" mt={2}>
                  {item.message}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Receipt({ documentId }: { readonly documentId: string }): ReactNode {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [wanted, setWanted] = useState(0)
  useEffect(() => {
    let live = true
    call('documents.receipt', { id: documentId, offset: wanted, limit: PAGE })
      .then(({ receipt, nextOffset }) => {
        if (!live) return
        setLoaded((before) => ({
          lines: [...(wanted === 0 ? [] : (before?.lines ?? [])), ...receipt.coverage],
          items: [...(wanted === 0 ? [] : (before?.items ?? [])), ...receipt.items],
          next: nextOffset,
        }))
      })
      .catch(showFailure)
    return () => {
      live = false
    }
  }, [documentId, wanted])
  if (loaded === null) return <Skeleton h={160} />
  const { next } = loaded
  return (
    <Stack gap="sm">
      <Lines loaded={loaded} />
      {next === null ? null : (
        <Button variant="default" w="fit-content" onClick={() => setWanted(next)}>
          Show more
        </Button>
      )}
    </Stack>
  )
}

/** Shows the receipt of a document. */
export const openReceipt = (documentId: string, path: string): void => {
  modals.open({
    title: `What was read of “${nameOfPath(path)}”`,
    size: 640,
    children: <Receipt documentId={documentId} />,
  })
}
