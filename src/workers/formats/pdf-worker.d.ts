// Owns the type of a module that comes without one: it is imported for what it registers.
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown
}
