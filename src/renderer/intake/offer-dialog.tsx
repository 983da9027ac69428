/**
 * Owns the question about an offer while it may still grow: another look when more joins or another collection is chosen, with what was left
 * out kept. Refuses: showing figures; that is the look's dialog.
 */
import { Select, Stack } from '@mantine/core'
import { useEffect, useEffectEvent, useState } from 'react'
import { useCall } from '../client/queries'
import { t } from '../text/language'
import { beginLook, stopLook, type Look } from './look'
import { PreflightDialog, type Decision } from './preflight-dialog'
import type { ReactNode } from 'react'
import type { Estimate } from '../../shared/domain'
import type { Offer } from './gathering'

type Props = {
  readonly offer: Offer
  readonly first: Look
  readonly isLarge: (estimate: Estimate) => boolean
  /** Told of each look after the first. */
  readonly onLook: (look: Look) => void
  readonly onDecide: (decision: Decision | null) => void
}

/** So that a row of drops is one more look. */
const LOOK_AGAIN_MS = 400

type ChoiceProps = { readonly value: string; readonly onChange: (collection: string) => void }

function CollectionChoice({ value, onChange }: ChoiceProps): ReactNode {
  const { data } = useCall('collections.list', {})
  const names = new Set([value, ...(data?.collections ?? []).map(({ name }) => name)])
  return (
    <Select
      label={t('intake.addTo')}
      data={[...names]}
      value={value}
      allowDeselect={false}
      searchable
      onChange={(chosen) => chosen !== null && chosen !== value && onChange(chosen)}
    />
  )
}

export function OfferDialog({ offer, first, isLarge, onLook, onDecide }: Props): ReactNode {
  const [look, setLook] = useState(first)
  const [leaveOut, setLeaveOut] = useState<ReadonlySet<string>>(new Set())
  const lookAt = (collection: string): void => {
    stopLook(look)
    const next = beginLook(offer.paths(), collection)
    setLook(next)
    onLook(next)
  }
  const lookAgain = useEffectEvent(() => lookAt(look.collection))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const hear = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => lookAgain(), LOOK_AGAIN_MS)
    }
    const stop = offer.onMore(hear)
    // What joined between the first look and this dialog.
    if (offer.paths().length > first.batches.flat().length) hear()
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [offer, first])
  const toggle = (kind: string): void =>
    setLeaveOut((before) => {
      const after = new Set(before)
      if (!after.delete(kind)) after.add(kind)
      return after
    })
  return (
    <Stack gap="md">
      {offer.choose ? <CollectionChoice value={look.collection} onChange={lookAt} /> : null}
      <PreflightDialog
        key={look.id}
        estimating={look.estimating}
        isLarge={isLarge}
        leaveOut={leaveOut}
        onToggle={toggle}
        onDecide={onDecide}
      />
    </Stack>
  )
}
