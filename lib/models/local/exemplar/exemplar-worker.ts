/** Entry of a worker thread: learns from examples and finds more like them, one task at a time. */
import { answerTasks } from "../answer-tasks.ts";
import { doExemplarTask } from "./exemplar-task.ts";

answerTasks(doExemplarTask);
