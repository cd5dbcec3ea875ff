/** Something that a GPU, or the processor in its place, has to show. */
interface Check {

  Finding run(Place place) throws Exception;
}
