/** The script of a stored report, and of every page that holds charts. */
import { showCharts } from './chart-view.ts'
import { wireSearchForm } from './search-form.ts'

showCharts(document)
wireSearchForm()
