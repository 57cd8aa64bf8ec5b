import { Waiting } from '@/ui/state'

export default function HistoryScreen() {
  return <Waiting />
}
