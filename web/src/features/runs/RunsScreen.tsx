import { Waiting } from '@/ui/state'

export default function RunsScreen() {
  return <Waiting />
}
