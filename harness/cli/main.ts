#!/usr/bin/env node
import { runCommandLine } from './program.ts'
import { renderError } from './render-error.ts'
import { createSystemHost } from './system-host.ts'

const host = createSystemHost()
process.on('uncaughtException', (error) => {
  host.stderr.write(renderError(error))
  process.exit(70)
})
process.exitCode = await runCommandLine(host)
