import { Waiting } from '@/ui/state'

export default function HomeScreen() {
  return <Waiting />
}
