// Owns a process that does nothing until it is told to end: what it sees of delays is the machine's, not the product's.
process.on('SIGTERM', () => process.exit(0))
setInterval(() => undefined, 60_000)
