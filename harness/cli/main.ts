#!/usr/bin/env node
// Nothing is imported before this: what cannot be loaded must not end with 1, which is NO-GO.
try {
  // First of the rest: a signal that comes while the others are loaded has to be heard.
  const { endAtSignal, endSoon } = await import('./first-signal.ts')
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
  // A verdict that nobody could read is none: GO is not enough then.
  process.on('exit', (code) => {
    if (code === 0 && host.stdout.isLost === true) process.exitCode = 4
  })
  const running = runCommandLine(host)
  // The command line hears the signals by now.
  forget()
  const status = await running
  // What was given up may be under way still, and is not waited for.
  if (status === 130) process.exit(130)
  endSoon(status, host.stdout.caughtUp?.() ?? Promise.resolve())
} catch (error) {
  process.stderr.write(
    `error INTERNAL: proofload cannot be loaded: ${error}\nhint: Reinstall it, or raise the limit of open files: ulimit -n 1024.\n`,
  )
  process.exit(70)
}
