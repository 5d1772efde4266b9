// A thread that packs groups of archives, one after the other.
import { answerTasks } from '../worker-threads.ts';
import { packGroup } from './pack-group.ts';

answerTasks(packGroup);
