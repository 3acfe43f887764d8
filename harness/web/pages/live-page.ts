/** The live page as it is before anything is known: `web/browser/dashboard.ts` fills it in. */
import { html } from 'hono/html'
import type { Html } from '../html.ts'
import { renderPage } from './layout.ts'

/** @param scenarios that may be started from the page; null where none may */
export function renderLivePage(scenarios: readonly string[] | null, withHistory: boolean): Html {
  const body = html`<div class="live" id="live" data-stage="none">
      ${headSections()} ${searchPanel()} ${scenarios === null ? '' : startForm(scenarios)} ${trafficPanels()} ${machinePanels()}
      <section class="wide charts" aria-label="Over time" id="charts"></section>
      ${haltDialog()}
      <noscript><p>This page needs its script: it shows what a run does while it does it.</p></noscript>
    </div>`
  return renderPage({ title: 'Live', present: '/', body, script: 'dashboard' }, withHistory)
}

/** The verdict once there is one, the run, and the buttons. */
function headSections(): Html {
  return html`<section class="verdict" id="verdict" aria-labelledby="verdict-title" tabindex="-1" hidden>
      <h2 id="verdict-title"></h2>
      <ul id="verdict-reasons"></ul>
      <p id="verdict-report"></p>
    </section>
    <section class="run-head" aria-labelledby="scenario">
      <div class="run-title">
        <h1 id="scenario">No run yet</h1>
        <span class="badge" id="stage" role="status"></span>
        <span class="connection" id="connection" role="status">connecting</span>
      </div>
      <p id="run-facts" class="quiet"></p>
      <div class="progress-line">
        <span id="phase"></span>
        <progress id="progress" max="1" value="0" aria-label="Progress of the run"></progress>
        <span id="time-left"></span>
      </div>
      <div class="buttons">
        <button type="button" id="pause" aria-pressed="false">Pause the view</button>
        <button type="button" id="abort" disabled>Abort</button>
        <button type="button" id="halt" class="danger">Emergency halt</button>
      </div>
      <p id="answer" role="alert"></p>
    </section>`
}

/** The search for a capacity that the load is part of. */
function searchPanel(): Html {
  return html`<section class="wide" aria-labelledby="search-title" id="search-section" hidden>
      <h2 id="search-title">Search for the capacity</h2>
      <p id="search-known" role="status"></p>
      <div class="posterior" id="search-bar" role="img" aria-labelledby="search-known" hidden>
        <ol class="posterior-cells" id="search-cells"></ol>
        <ol class="posterior-marks" id="search-marks"></ol>
        <p class="posterior-ends"><span id="search-from"></span><span id="search-to"></span></p>
      </div>
      <p id="search-next" class="quiet"></p>
      <table id="search-probes" aria-labelledby="search-title">
        <thead></thead>
        <tbody></tbody>
      </table>
    </section>`
}

/** Objectives, load and errors. */
function trafficPanels(): Html {
  return html`<section aria-labelledby="objectives-title">
      <h2 id="objectives-title">Objectives</h2>
      <ul class="statuses" id="objectives"></ul>
      <p class="visually-hidden" id="status-changes" aria-live="polite"></p>
    </section>
    <div class="stack">
      <section aria-labelledby="load-title">
        <h2 id="load-title">Load</h2>
        <dl class="figures" id="load"></dl>
      </section>
      <section aria-labelledby="errors-title">
        <h2 id="errors-title">Errors</h2>
        <dl class="figures" id="errors"></dl>
      </section>
    </div>`
}

/** Response times, the machines on both sides, and events. */
function machinePanels(): Html {
  return html`<section aria-labelledby="latency-title">
      <h2 id="latency-title">Response time</h2>
      <table id="latency" aria-labelledby="latency-title">
        <thead></thead>
        <tbody></tbody>
      </table>
      <ol class="bars" id="bars" aria-label="Response times of the window"></ol>
    </section>
    <div class="stack">
      <section aria-labelledby="generator-title">
        <h2 id="generator-title">Generator</h2>
        <p class="status-line" id="generator-status"></p>
        <dl class="figures" id="generator"></dl>
      </section>
      <section aria-labelledby="target-title">
        <h2 id="target-title">Target</h2>
        <dl class="figures" id="target"></dl>
      </section>
      <section aria-labelledby="regions-title" id="regions-section" hidden>
        <h2 id="regions-title">Agents by region</h2>
        <ol class="bars" id="regions"></ol>
      </section>
    </div>
    <section class="wide" aria-labelledby="hosts-title" id="hosts-section" hidden>
      <h2 id="hosts-title">Workers</h2>
      <table id="hosts" aria-labelledby="hosts-title">
        <thead></thead>
        <tbody></tbody>
      </table>
    </section>
    <section class="wide" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <ol class="events" id="events" tabindex="0" aria-labelledby="events-title"></ol>
    </section>`
}

/** The question before all load is halted. */
function haltDialog(): Html {
  return html`<dialog id="halt-dialog" aria-labelledby="halt-title">
      <form method="dialog" id="halt-form">
        <h2 id="halt-title">Halt all load?</h2>
        <p>
          This stops <strong>every run</strong> that shares this state store, not only the one on this page, and none
          may begin until somebody says <code>proofload emergency resume</code>.
        </p>
        <label for="halt-reason">Why (kept with who and when)</label>
        <input id="halt-reason" name="reason" maxlength="500" autocomplete="off" required />
        <div class="buttons">
          <button type="button" id="halt-cancel">Cancel</button>
          <button type="submit" class="danger">Halt all load</button>
        </div>
      </form>
    </dialog>`
}

function startForm(scenarios: readonly string[]): Html {
  if (scenarios.length === 0)
    return html`<section class="start wide">
      <p>No scenario to start here. Name their folder with <code>proofload serve --scenarios folder</code>.</p>
    </section>`
  return html`<section class="start wide" aria-labelledby="start-title">
    <h2 id="start-title">Start a run</h2>
    <form id="start-form">
      <label>Scenario
        <select name="scenario" id="start-scenario">${scenarios.map((file) => html`<option>${file}</option>`)}</select>
      </label>
      <label>Seed (empty: the scenario's)
        <input name="seed" id="start-seed" inputmode="numeric" pattern="[0-9]{1,10}" autocomplete="off" />
      </label>
      <button type="submit" id="start">Start</button>
    </form>
  </section>`
}
