import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** An in-memory server of the MongoDB protocol on a free port of 127.0.0.1; prints its address, ends with its standard input. */
public class MongoServer {
	/** The library's own versions report a wire version that today's driver refuses. */
	private static final class Version implements MongoVersion {
		@Override
		public List<Integer> getVersionArray() {
			return List.of(5, 0, 0);
		}

		@Override
		public int getWireVersion() {
			return 13;
		}
	}

	public static void main(String[] args) throws Exception {
		var backend = new MemoryBackend().version(new Version());
		var server = new de.bwaldvogel.mongo.MongoServer(backend);
		server.bind("127.0.0.1", 0);
		System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
		System.in.readAllBytes();
		server.shutdownNow();
	}
}
