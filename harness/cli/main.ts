#!/usr/bin/env node
// First of all, and with nothing else: a signal that comes while the rest is loaded has to be heard.
import { endAtSignal, endSoon } from './first-signal.ts'

const forget = endAtSignal(130)
const [{ runCommandLine }, { renderError }, { createSystemHost }] = await Promise.all([
  import('./program.ts'),
  import('./render-error.ts'),
  import('./system-host.ts'),
])
const host = createSystemHost()
process.on('uncaughtException', (error) => {
  host.stderr.write(renderError(error))
  process.exit(70)
})
const running = runCommandLine(host)
// The command line hears the signals by now.
forget()
const status = await running
// What was given up may be under way still, and is not waited for.
if (status === 130) process.exit(130)
endSoon(status)
