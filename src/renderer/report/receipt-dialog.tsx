/**
 * Owns the receipt of one document: what became of each page, sheet, slide, part and attachment, and why.
 */
import { Badge, Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useEffect, useState } from 'react'
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import { ReceiptExports } from '../exports/report-exports'
import { DocumentPath } from '../documents/document-path'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import { coverageWords, documentStateColors, documentStateLabels } from '../text/words'
import type { ReactNode } from 'react'
import type { TextKey } from '../../shared/translate'
import type { DocumentReceipt, ReceiptLine } from '../../shared/domain'

const PAGE = 500

type Loaded = {
  /** Sentences of the document as a whole. */
  readonly notes: readonly string[]
  readonly lines: readonly ReceiptLine[]
  readonly items: DocumentReceipt['items']
  readonly next: number | null
}

type PlaceTexts = { readonly one: TextKey; readonly many: TextKey }

const placeTexts: Readonly<Record<ReceiptLine['unit'], PlaceTexts>> = {
  document: { one: 'report.wholeDocument', many: 'report.wholeDocument' },
  page: { one: 'report.page', many: 'report.pages' },
  sheet: { one: 'report.sheet', many: 'report.sheets' },
  slide: { one: 'report.slide', many: 'report.slides' },
  chapter: { one: 'report.chapter', many: 'report.chapters' },
  part: { one: 'report.onePart', many: 'report.parts' },
  attachment: { one: 'report.attachment', many: 'report.attachments' },
}

const describeLine = ({ unit, from, to, name }: ReceiptLine): string => {
  const label = t(placeTexts[unit][from === to ? 'one' : 'many'], { from, to })
  return name === null ? label : `${label}: ${name}`
}

function Lines({ loaded }: { readonly loaded: Loaded }): ReactNode {
  return (
    <Table verticalSpacing={6} className="figures" data-testid="receipt">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('report.part')}</Table.Th>
          <Table.Th>{t('report.becameOfIt')}</Table.Th>
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

/** What is said of the document and stands in none of its lines. */
function Notes({ loaded: { notes, lines } }: { readonly loaded: Loaded }): ReactNode {
  const further = notes.filter((note) => !lines.some(({ message }) => message === note))
  return further.map((note) => (
    <Text key={note} size="xs" c="dimmed">
      {note}
    </Text>
  ))
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
          notes: receipt.warnings?.map(({ message }) => message) ?? [],
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
      <Group justify="flex-end">
        <ReceiptExports documentId={documentId} />
      </Group>
      <Lines loaded={loaded} />
      <Notes loaded={loaded} />
      {next === null ? null : (
        <Button variant="default" w="fit-content" onClick={() => setWanted(next)}>
          {t('report.showMore')}
        </Button>
      )}
    </Stack>
  )
}

/** Shows the receipt of a document. */
export const openReceipt = (documentId: string, path: string): void => {
  modals.open({
    title: t('report.receiptTitle', { name: nameOfPath(path) }),
    size: 640,
    children: <Receipt documentId={documentId} />,
  })
}
