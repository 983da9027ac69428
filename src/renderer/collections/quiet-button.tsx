/**
 * Owns the small button with a sign that the steps of the wizard have beside their fields.
 */
import { Button } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Action } from '../client/actions'

type Props = { readonly Sign: Icon; readonly label: string; readonly action: Action<[]> }

export const QuietButton = ({ Sign, label, action }: Props): ReactNode => (
  <Button
    variant="default"
    size="compact-sm"
    leftSection={<Sign size={15} aria-hidden />}
    loading={action.pending}
    onClick={() => action.run()}
  >
    {label}
  </Button>
)
