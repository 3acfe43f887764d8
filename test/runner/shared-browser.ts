import { type BrowserServer, chromium } from 'playwright-core'
import { findChromium } from '../../harness/targets/browser/find-chromium.ts'

/** The variable that tells test files where the browser listens that they share. */
export const SHARED_BROWSER = 'PROOFLOAD_TEST_BROWSER'
/** Tests run as root in containers, where the sandbox of the browser cannot be set up. */
export const BROWSER_FLAGS = ['--no-sandbox', '--disable-dev-shm-usage']

/** The browser that test files share, started when the first of them comes. */
export class SharedBrowser {
  #server: Promise<BrowserServer> | null = null

  /** The address it listens at; absent where there is no browser. */
  async address(): Promise<string | undefined> {
    const executablePath = findChromium()
    if (executablePath === null) return undefined
    // Signals are for the test run, which closes it.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
    this.#server ??= chromium.launchServer({ executablePath, args: BROWSER_FLAGS, ...signals })
    return (await this.#server).wsEndpoint()
  }

  async close(): Promise<void> {
    await (await this.#server)?.close()
  }

  async kill(): Promise<void> {
    await (await this.#server)?.kill()
  }
}
