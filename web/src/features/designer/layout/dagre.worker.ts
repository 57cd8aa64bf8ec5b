import type { ToArrange } from './arrange'
import { arrangeWithDagre } from './dagre'

self.onmessage = (event: MessageEvent<ToArrange>) => {
  self.postMessage(arrangeWithDagre(event.data))
}
