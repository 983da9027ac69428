/**
 * Owns what a person sees when a view breaks: the rest of the window stays, the error is named, and the view can be tried again.
 */
import { Button, Code, Stack, Text, Title } from '@mantine/core'
import { Component } from 'react'
import type { ReactNode } from 'react'

type Props = { readonly children: ReactNode }
type State = { readonly error: Error | null }

/** An error boundary; React knows them only as classes. */
export class ViewBoundary extends Component<Props, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(thrown: unknown): State {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <Stack p="xl" maw={640} role="alert">
        <Title order={2} size="h3">
          This view has stopped
        </Title>
        <Text>An unexpected error in Sluice itself (INTERNAL_BUG). Nothing is lost: indexing goes on without it.</Text>
        <Code block>{error.message}</Code>
        <Button w="fit-content" onClick={() => this.setState({ error: null })}>
          Show it again
        </Button>
      </Stack>
    )
  }
}
