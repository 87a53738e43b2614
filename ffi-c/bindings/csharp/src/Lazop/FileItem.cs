using System.IO;

namespace Lazop.Api
{
    /// <summary>A file to send.</summary>
    /// <remarks>Here and not in Lazop.Api.Util, so that it is found with either namespace in use beside this one.</remarks>
    public class FileItem
    {
        private readonly string fileName;
        private readonly string mimeType;
        private readonly byte[] content;

        /// <summary>The file at a path, read now.</summary>
        public FileItem(string filePath)
            : this(Path.GetFileName(filePath), File.ReadAllBytes(filePath))
        {
        }

        /// <summary>The file, read now.</summary>
        public FileItem(FileInfo fileInfo)
            : this(fileInfo.FullName)
        {
        }

        /// <summary>Bytes.</summary>
        public FileItem(string fileName, byte[] content)
            : this(fileName, content, null)
        {
        }

        /// <summary>Bytes of a type.</summary>
        public FileItem(string fileName, byte[] content, string mimeType)
        {
            this.fileName = fileName;
            this.content = content;
            this.mimeType = mimeType;
        }

        /// <summary>A stream, read to its end now.</summary>
        public FileItem(string fileName, Stream stream)
            : this(fileName, stream, null)
        {
        }

        /// <summary>A stream of a type, read to its end now.</summary>
        public FileItem(string fileName, Stream stream, string mimeType)
            : this(fileName, ReadAll(stream), mimeType)
        {
        }

        /// <summary>Whether there is a name and content.</summary>
        public bool IsValid()
        {
            return fileName != null && content != null;
        }

        /// <summary>The number of bytes.</summary>
        public long GetFileLength()
        {
            return content.LongLength;
        }

        /// <summary>The name.</summary>
        public string GetFileName()
        {
            return fileName;
        }

        /// <summary>The type; application/octet-stream where none was given.</summary>
        public string GetMimeType()
        {
            return mimeType ?? "application/octet-stream";
        }

        /// <summary>The bytes.</summary>
        public byte[] GetContent()
        {
            return content;
        }

        /// <summary>Writes the bytes to a stream.</summary>
        public void Write(Stream output)
        {
            output.Write(content, 0, content.Length);
        }

        private static byte[] ReadAll(Stream stream)
        {
            using (var copy = new MemoryStream())
            {
                stream.CopyTo(copy);
                return copy.ToArray();
            }
        }
    }
}
