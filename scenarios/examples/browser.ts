import { browser, defineScenario } from 'proofload'

/** A page in a real browser: opened, filled in, looked at. */
export default defineScenario({
  name: 'browser-pages',
  target: browser({ url: 'http://127.0.0.1:8080' }),
  workload: { pattern: 'constant-agents', agents: 2, duration: '30s', think: '1s' },
  journeys: {
    greet: {
      steps: [
        browser.goto('/'),
        browser.fill('#name', 'Ada'),
        browser.click('text=Greet'),
        browser.expectText('#said', 'Hello Ada'),
        browser.screenshot('reports/screenshots/greeted.png'),
      ],
    },
  },
  objectives: ['p95(lcp) < 2500ms', 'p95(cls) <= 100'],
})
