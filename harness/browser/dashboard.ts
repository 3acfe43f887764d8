/** The live page of a run. */
import { showCharts } from './chart-view.ts'

showCharts(document)
