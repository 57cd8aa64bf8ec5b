import { Waiting } from '@/ui/state'

export default function ConnectionsScreen() {
  return <Waiting />
}
