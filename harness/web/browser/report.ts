/** What a stored report does when it is opened, and every page that holds charts. */
import { showCharts } from './chart-view.ts'

showCharts(document)
