/**
 * Owns the table of presets: what is usual with servers that many people have. Refuses: deciding; what a person says goes before it.
 */
import type { ProviderPreset, ServerDefinition } from './providers'

type Usual = Partial<Omit<ServerDefinition, 'kind' | 'preset'>>

export const presetTable: Readonly<Record<ProviderPreset, Usual>> = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    embeddingModel: 'text-embedding-3-small',
    dimensions: 1_536,
    asksDimensions: true,
    maxInputTokens: 8_191,
    batchTexts: 256,
    contextTokens: 128_000,
  },
  // The address names the deployment's resource: https://NAME.openai.azure.com/openai/deployments/DEPLOYMENT
  azure: {
    apiVersion: '2024-10-21',
    embeddingModel: 'text-embedding-3-small',
    dimensions: 1_536,
    asksDimensions: true,
    maxInputTokens: 8_191,
    batchTexts: 256,
    contextTokens: 128_000,
  },
  ollama: {
    baseUrl: 'http://127.0.0.1:11434/v1',
    needsKey: false,
    embeddingModel: 'nomic-embed-text',
    dimensions: 768,
    maxInputTokens: 2_048,
    queryPrefix: 'search_query: ',
    passagePrefix: 'search_document: ',
    batchTexts: 16,
    concurrency: 1,
    timeoutMs: 300_000,
  },
  lmstudio: {
    baseUrl: 'http://127.0.0.1:1234/v1',
    needsKey: false,
    maxInputTokens: 512,
    batchTexts: 16,
    concurrency: 1,
    timeoutMs: 300_000,
  },
  llamacpp: {
    baseUrl: 'http://127.0.0.1:8080/v1',
    needsKey: false,
    maxInputTokens: 512,
    batchTexts: 8,
    concurrency: 1,
    timeoutMs: 300_000,
  },
  custom: {},
}
