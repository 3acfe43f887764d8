/** The services of a scenario: servers that a run starts before its targets, and ends when it is over. */
import type { ServicePlan } from '../../model/plan.ts'
import { answersAt, type RunningServer, startServer } from '../../system/start-server.ts'
import type { RunContext } from './context.ts'

/** Starts them one after the other, for as long as the context lasts. @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED */
export async function startServices(
  services: Readonly<Record<string, ServicePlan>>,
  { host, stop, defer, note }: RunContext,
): Promise<void> {
  const started: RunningServer[] = []
  // Those that were started last may need the others to end well.
  defer(async () => {
    for (const server of started.reverse()) await server.stop()
  })
  for (const [name, { command, url, status, readyMs, reuse }] of Object.entries(services)) {
    if (reuse && (await answersAt(url, status))) {
      note(`service ${name} runs already at ${url}: it is used as it is, and not ended`)
      continue
    }
    const what = `service ${name} ('${command}')`
    const whenTaken = 'Stop what is there, or use it as it is: reuse: true.'
    const server = await startServer(
      { what, whenTaken, command, url, status, readyMs },
      { clock: host.clock, cwd: host.cwd, stop },
    )
    started.push(server)
    server.onEnd((how, lastWords) =>
      note(`${what} ended with ${how} before the run did; its last words: ${lastWords}`),
    )
  }
}
