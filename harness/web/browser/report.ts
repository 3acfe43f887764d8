/** The script of a stored report, and of every page that holds charts. */
import { showCharts } from './chart-view.ts'

showCharts(document)
