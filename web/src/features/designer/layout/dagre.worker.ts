import { arrangeAll } from '@/ui/drawing/arrange'
import type { ToArrange } from './arrange'

self.onmessage = ({ data: { nodes, edges } }: MessageEvent<ToArrange>) => {
  self.postMessage(arrangeAll(nodes, edges))
}
