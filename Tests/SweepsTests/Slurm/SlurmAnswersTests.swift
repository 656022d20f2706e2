import Sweeps
import Testing

@Suite struct SlurmAnswersTests {
    @Test(arguments: [("812\n", 812), ("812;tesla\n", 812), ("a note of the site\n812\n", 812)])
    func `sbatch answers with a number`(_ text: String, _ job: Int) {
        #expect(SlurmAnswers.job(text) == job)
    }

    @Test(arguments: ["", "\n", "Submitted batch job 812\n", ";tesla"])
    func `any other answer is none`(_ text: String) {
        #expect(SlurmAnswers.job(text) == nil)
    }

    @Test func `the largest number of a task is one less than MaxArraySize`() {
        let text = "MaxArrayX = 3\nMaxArraySize            = 1001\nMaxJobCount             = 10000\n"
        #expect(SlurmAnswers.mostTasks(text) == 1000)
    }

    @Test(arguments: ["", "MaxArraySize = 0\n", "MaxArraySize = 1\n", "MaxArraySize = many\n"])
    func `no array can be had where the cluster does not say so`(_ text: String) {
        #expect(SlurmAnswers.mostTasks(text) == nil)
    }

    @Test func `a complaint is told in one line and in Slurm's words`() {
        #expect(
            SlurmAnswers.complaint(
                "sbatch: error: invalid partition specified: x\nsbatch: error: Batch job submission failed\n")
                == "invalid partition specified: x; Batch job submission failed")
        #expect(SlurmAnswers.complaint("") == "no reason given")
    }

    @Test func `a job that ended long ago is forgotten, not wrong`() {
        #expect(SlurmAnswers.isForgotten("slurm_load_jobs error: Invalid job id specified"))
        #expect(!SlurmAnswers.isForgotten("slurm_load_jobs error: Unable to contact slurm controller"))
    }
}
